namespace StreamBert.Chaos.Flood;

/// <summary>What the health probe measured during a flood.</summary>
/// <param name="PeakMemory">The peak resident memory in MB.</param>
/// <param name="Succeeded">Other requests that succeeded.</param>
/// <param name="Rejected">Other requests that were rejected with 429 or 503.</param>
internal sealed record ProbeResult(long PeakMemory, int Checks, int FailedChecks, TimeSpan SlowestCheck, int Succeeded, int Rejected);
