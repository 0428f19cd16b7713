namespace StreamBert.Contracts;

/// <summary>Something that keeps a service from being whole although it goes on working.</summary>
/// <param name="Component">What is affected, such as <c>log</c>, <c>disk</c>, <c>state</c> or <c>model default</c>.</param>
/// <param name="Since">When it was first seen.</param>
/// <param name="Reason">What is wrong and what that means for texts and answers.</param>
/// <param name="Remedy">What to do. The condition ends by itself when that is done.</param>
public sealed record Degradation(string Component, DateTimeOffset Since, string Reason, string Remedy);

/// <summary>
/// How one process of a service is. Written when that changes and every half a minute, where several processes share a log.
/// </summary>
public sealed record HealthReported
{
    /// <summary>Such as <c>streambert-inference</c>.</summary>
    public required string Service { get; init; }

    /// <summary>Tells processes of one service apart.</summary>
    public required string Instance { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Empty: the process is whole, or has stopped as asked.</summary>
    public required IReadOnlyList<Degradation> Degraded { get; init; }
}
