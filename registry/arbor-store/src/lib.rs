//! What the database keeps and how it is asked: the store trait and the shared SQL.
