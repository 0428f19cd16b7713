using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Queries;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Trends;

/// <summary>
/// The span of event time that a chart shows: the latest windows, a span before the newest window, all windows, or the time between two
/// instants.
/// </summary>
public sealed record ChartRange
{
    private const string AllName = "all";

    /// <summary>The latest windows, which the live stream updates.</summary>
    public static readonly ChartRange Live = new() { Name = "" };

    /// <summary>Every window that is stored.</summary>
    public static readonly ChartRange All = new() { Name = AllName };

    /// <summary>The spans before the newest window, by their names in the address.</summary>
    private static readonly IReadOnlyDictionary<string, TimeSpan> Spans = new Dictionary<string, TimeSpan>
    {
        ["hour"] = TimeSpan.FromHours(1),
        ["day"] = TimeSpan.FromDays(1),
        ["week"] = TimeSpan.FromDays(7),
        ["month"] = TimeSpan.FromDays(30),
    };

    /// <summary>What a reader can choose by its name, with its description.</summary>
    public static IReadOnlyList<(ChartRange Range, string Text)> Choices =>
    [
        (Live, L["Latest windows"]),
        .. new[] { ("hour", L["Last hour"]), ("day", L["Last day"]), ("week", L["Last 7 days"]), ("month", L["Last 30 days"]) }
            .Select(static choice => (new ChartRange { Name = choice.Item1 }, choice.Item2)),
        (All, L["All windows"]),
    ];

    /// <summary>The name of the choice in the address; null for the time between two instants.</summary>
    public string? Name { get; private init; }

    /// <summary>The start, if there is no name.</summary>
    public DateTimeOffset From { get; private init; }

    /// <summary>The end, exclusive, if there is no name.</summary>
    public DateTimeOffset To { get; private init; }

    public bool IsLive => this == Live;

    /// <summary>Whether both ends are given as times.</summary>
    public bool IsFixed => Name is null;

    /// <summary>Returns the time between two instants in UTC; the latest windows if it is empty.</summary>
    public static ChartRange Between(DateTimeOffset from, DateTimeOffset to) =>
        from < to ? new() { From = from.ToUniversalTime(), To = to.ToUniversalTime() } : Live;

    /// <summary>Returns the choice with a name; the latest windows if there is none.</summary>
    public static ChartRange Named(string? name) => Choices.FirstOrDefault(choice => choice.Range.Name == name).Range ?? Live;

    /// <summary>Parses the range of an address; the latest windows if it is invalid.</summary>
    public static ChartRange Parse(string? name, string? from, string? to) =>
        EventTimeParser.TryParse(from, null, out var begin, out _) && EventTimeParser.TryParse(to, null, out var end, out _)
            ? Between(begin, end) : Named(name);

    /// <summary>Formats an instant as an address has it.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Returns the instants between which windows start; null: without a bound.</summary>
    /// <param name="extent">What is stored of the series.</param>
    /// <param name="window">The length of a window.</param>
    public (DateTimeOffset? From, DateTimeOffset? To) Resolve(TrendExtent extent, TimeSpan window)
    {
        if (IsFixed)
            return (From, To);
        return Spans.TryGetValue(Name!, out var span) && extent.Last - DateTimeOffset.MinValue > span
            ? (extent.Last + window - span, null) : (null, null);
    }

    /// <summary>Moves the shown span by its length, towards the past or the future.</summary>
    public static ChartRange Move(TimeWindow shown, int direction) =>
        Shift(shown.Start, shown.End, direction * (shown.End - shown.Start), direction * (shown.End - shown.Start));

    /// <summary>Shows the middle half of the shown span.</summary>
    public static ChartRange ZoomIn(TimeWindow shown)
    {
        var quarter = (shown.End - shown.Start) / 4;
        return Shift(shown.Start, shown.End, quarter, -quarter);
    }

    /// <summary>Shows twice the shown span; all windows, once it covers them.</summary>
    public static ChartRange ZoomOut(TimeWindow shown, TrendExtent extent)
    {
        var half = (shown.End - shown.Start) / 2;
        var wider = Shift(shown.Start, shown.End, -half, half);
        return wider.From <= extent.First && wider.To > extent.Last ? All : wider;
    }

    private static ChartRange Shift(DateTimeOffset start, DateTimeOffset end, TimeSpan first, TimeSpan second) =>
        Between(Add(start, first), Add(end, second));

    /// <summary>Adds whole seconds, within the times that can be represented.</summary>
    private static DateTimeOffset Add(DateTimeOffset time, TimeSpan span)
    {
        var ticks = Math.Clamp(time.UtcTicks + span.Ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks);
        return new(ticks - ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
    }
}
