namespace StreamBert.Gateway.Interactive;

/// <summary>Reports that a request is rejected because a limit of concurrent work is reached.</summary>
public sealed class OverloadedException(string reason, TimeSpan retryAfter)
    : Exception($"{reason} Try again later, or send bulk texts to /v1/texts.")
{
    /// <summary>How long the client should wait.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
