namespace StreamBert.Operations.Verification;

/// <summary>
/// What to verify; nothing given: every input topic, from its first record to the last one committed, and the events of monitor and
/// trainer.
/// </summary>
/// <param name="Pipeline">Only the input topics of this pipeline.</param>
/// <param name="Topic">Only this input topic.</param>
/// <param name="From">Partition → first offset; for one topic only.</param>
/// <param name="To">Partition → the offset to stop before; for one topic only.</param>
public sealed record VerificationRequest(
    string? Pipeline = null, string? Topic = null, IReadOnlyDictionary<int, long>? From = null, IReadOnlyDictionary<int, long>? To = null)
{
    /// <summary>Whether nothing narrows it down.</summary>
    public bool IsWhole => Pipeline is null && Topic is null && From is not { Count: > 0 } && To is not { Count: > 0 };
}

/// <summary>The request cannot be acted upon; the message says what is wrong with it.</summary>
public sealed class VerificationException(string message) : Exception(message);
