# Minutes of the database's windows, to find those that RDS refuses: shorter than half an hour, or one inside the other.

locals {
  day  = 24 * 60
  week = 7 * local.day

  backup_times      = split("-", var.database.backup_window)
  maintenance_times = split("-", var.database.maintenance_window)

  # Minutes since the beginning of the day (01:00) or of the week (sun:02:30).
  minutes = {
    for time in distinct(concat(local.backup_times, local.maintenance_times)) : time =>
    index(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], length(split(":", time)) == 3 ? split(":", time)[0] : "mon") * local.day
    + sum([for place, number in reverse(split(":", time)) : tonumber(number) * [1, 60][place] if place < 2])
  }

  backup = {
    begin  = local.minutes[local.backup_times[0]]
    length = (local.minutes[local.backup_times[1]] - local.minutes[local.backup_times[0]] + local.day) % local.day
  }
  maintenance = {
    begin  = local.minutes[local.maintenance_times[0]]
    length = (local.minutes[local.maintenance_times[1]] - local.minutes[local.maintenance_times[0]] + local.week) % local.week
  }

  # Two windows overlap when one of them begins inside the other.
  windows_overlap = anytrue(flatten([
    for begin in range(local.backup.begin, local.week, local.day) : [
      (begin - local.maintenance.begin + local.week) % local.week < local.maintenance.length,
      (local.maintenance.begin - begin + local.week) % local.week < local.backup.length,
    ]
  ]))
}
