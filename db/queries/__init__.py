"""Every SELECT of the read path. Paging, per-parent batching and tenancy live here once."""
