//! When resources are free: vacations, schedules, usage.
