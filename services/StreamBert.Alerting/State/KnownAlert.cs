using StreamBert.Contracts;

namespace StreamBert.Alerting.State;

/// <summary>The latest alert of a rule and series.</summary>
/// <param name="raised">The alert, as it was last updated.</param>
/// <param name="receivedAt">When the log received it; null if the log does not know it.</param>
internal sealed class KnownAlert(AlertRaised raised, DateTimeOffset? receivedAt)
{
    /// <summary>The alert, without its evidence.</summary>
    public AlertRaised Raised { get; private set; } = WithoutEvidence(raised);

    /// <summary>The labels by which it is routed.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; private set; } = AlertLabels.Of(raised);

    /// <summary>When it is known since.</summary>
    public DateTimeOffset SeenAt { get; } = receivedAt ?? raised.RaisedAt;

    /// <summary>Its resolution; null while it fires.</summary>
    public AlertResolved? Resolved { get; private set; }

    /// <summary>When the resolution is known since; null while it fires.</summary>
    public DateTimeOffset? ResolvedSeenAt { get; private set; }

    /// <summary>Whether it reached the log so late that it reports a past that nobody can act on: that of a replayed file.</summary>
    public bool IsHistorical(DateTimeOffset now, TimeSpan maxAge) => (receivedAt ?? now) - Raised.RaisedAt > maxAge;

    /// <summary>Tells whether it fires, or was resolved so recently that it still counts as firing.</summary>
    public bool IsFiring(DateTimeOffset now, TimeSpan keepFiringFor) => ResolvedSeenAt is not { } ended || now - ended < keepFiringFor;

    /// <summary>Tells whether this alert fired while the other did.</summary>
    public bool Overlaps(KnownAlert other) => !(ResolvedSeenAt < other.SeenAt) && !(other.ResolvedSeenAt < SeenAt);

    /// <summary>Replaces what it looks like.</summary>
    public void Update(AlertRaised updated) => (Raised, Labels) = (WithoutEvidence(updated), AlertLabels.Of(updated));

    /// <summary>Resolves it.</summary>
    public void Resolve(AlertResolved resolved, DateTimeOffset seenAt) => (Resolved, ResolvedSeenAt) = (resolved, seenAt);

    private static AlertRaised WithoutEvidence(AlertRaised alert) =>
        alert with { Examples = [], Terms = [], Drift = null, Fairness = null };
}
