DROP INDEX run_by_hub;
