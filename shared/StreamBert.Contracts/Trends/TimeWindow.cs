namespace StreamBert.Contracts;

/// <summary>Holds a half-open interval of event time.</summary>
/// <param name="Start">The first instant.</param>
/// <param name="End">The instant after the last.</param>
public sealed record TimeWindow(DateTimeOffset Start, DateTimeOffset End);
