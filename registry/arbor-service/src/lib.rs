//! The use cases of Arboretum and the wire types they answer with.
