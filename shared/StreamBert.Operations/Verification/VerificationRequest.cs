namespace StreamBert.Operations.Verification;

/// <summary>
/// Selects what to verify. By default these are all input topics up to their committed offsets, and the events of Monitoring and
/// Training.
/// </summary>
/// <param name="Pipeline">Selects the input topics of this pipeline.</param>
/// <param name="Topic">Selects this input topic.</param>
/// <param name="From">The first offset by partition; for one topic only.</param>
/// <param name="To">The offset to stop before by partition; for one topic only.</param>
public sealed record VerificationRequest(
    string? Pipeline = null, string? Topic = null, IReadOnlyDictionary<int, long>? From = null, IReadOnlyDictionary<int, long>? To = null)
{
    /// <summary>Whether the request has no conditions.</summary>
    public bool CoversWholeLog => Pipeline is null && Topic is null && !HasRange;

    internal bool HasRange => From is { Count: > 0 } || To is { Count: > 0 };
}

/// <summary>Reports that a verification request names something that does not exist.</summary>
/// <param name="message">The message says what is wrong with the request.</param>
public sealed class VerificationException(string message) : Exception(message);
