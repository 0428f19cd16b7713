using StreamBert.Contracts;

namespace StreamBert.Streaming.Alerts;

/// <summary>A silence and its end.</summary>
/// <param name="created">The silence as it was created.</param>
public sealed class Silence(SilenceCreated created)
{
    private readonly IReadOnlyList<AlertMatcher> _matchers = AlertMatcher.Parse(created.Matchers);

    /// <summary>The silence as it was created.</summary>
    public SilenceCreated Created => created;

    /// <summary>Who ended it before its end; null if nobody did.</summary>
    public SilenceExpired? Expired { get; internal set; }

    /// <summary>When it ends, or was ended.</summary>
    public DateTimeOffset EndsAt => Expired?.ExpiredAt < created.EndsAt ? Expired.ExpiredAt : created.EndsAt;

    /// <summary>Tells whether it mutes at a time.</summary>
    public bool IsActive(DateTimeOffset at) => at >= created.StartsAt && at < EndsAt;

    /// <summary>Tells whether it is about an alert with these <see cref="AlertLabels"/>.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => AlertMatcher.MatchAll(_matchers, labels);
}
