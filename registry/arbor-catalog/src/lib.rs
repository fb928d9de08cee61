//! Family files to a checked catalogue, and the lineage graph with its queries.
