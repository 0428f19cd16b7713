using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Queries;

/// <summary>An alert and its resolution, if it is resolved.</summary>
/// <param name="Raised">The alert.</param>
/// <param name="Resolved">The resolution; null while the alert fires.</param>
public sealed record AlertView(AlertRaised Raised, AlertResolved? Resolved)
{
    /// <summary>Whether the alert still fires.</summary>
    public bool IsOpen => Resolved is null;
}
