namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>A minute of a stream.</summary>
/// <param name="Utc">Its start.</param>
/// <param name="Local">Its start in the time zone of the pipeline.</param>
internal readonly record struct StreamTime(DateTimeOffset Utc, DateTime Local)
{
    /// <summary>The local hour of the day with its fraction, 0 to 24.</summary>
    public double Hour => Local.TimeOfDay.TotalHours;

    /// <summary>Whether it is Saturday or Sunday.</summary>
    public bool IsWeekend => Local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
}
