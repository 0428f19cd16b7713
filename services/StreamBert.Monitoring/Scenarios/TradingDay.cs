using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios.Streams;

namespace StreamBert.Monitoring.Scenarios;

/// <summary>
/// The texts of a trading day in New York: 3 a minute at night, 20 from 7:00, 80 from the open at 9:30 to the close at 16:00 with half as
/// many again in the first and the last half hour, 25 until 20:00. Weekends and holidays have 3 a minute.
/// </summary>
internal static class TradingDay
{
    private const string TimeZone = "America/New_York";
    private const double Night = 3, Morning = 20, Session = 80, Evening = 25, Rush = 1.5;

    /// <summary>The one holiday within the first three weeks of a run.</summary>
    private static readonly DateOnly Holiday = new(2026, 5, 25);

    /// <summary>The pipeline, which knows the time zone and the holiday.</summary>
    public static PipelineOptions Pipeline { get; } = ScenarioPipelines.News(new() { TimeZone = TimeZone, Holidays = [Holiday] });

    /// <summary>Texts per minute.</summary>
    public static double Rate(StreamTime time) => time.IsWeekend || DateOnly.FromDateTime(time.Local) == Holiday ? Night : time.Hour switch
    {
        < 7 => Night,
        < 9.5 => Morning,
        < 10 => Session * Rush,
        < 15.5 => Session,
        < 16 => Session * Rush,
        < 20 => Evening,
        _ => Night,
    };
}
