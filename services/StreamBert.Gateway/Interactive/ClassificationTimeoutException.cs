namespace StreamBert.Gateway.Interactive;

/// <summary>Reports that no worker responded before the deadline.</summary>
public sealed class ClassificationTimeoutException(IReadOnlyList<string> ids, TimeSpan timeout) : Exception(
    $"No worker responded within {timeout.TotalMilliseconds:N0} ms. Texts that no worker had started are not computed; they are in the "
        + "dead letters "
    + "(deadline-passed) and can be replayed. Check that an inference worker is running, or set a longer deadline.")
{
    /// <summary>The ids of the texts.</summary>
    public IReadOnlyList<string> Ids { get; } = ids;
}
