namespace StreamBert.Operations.Ledger;

/// <summary>Describes what became of all texts at one moment.</summary>
/// <param name="At">The time of the calculation.</param>
/// <param name="Total">The sum over all input topics.</param>
/// <param name="Topics">One line for each input topic.</param>
/// <param name="Lag">The lag of each consumer group by topic.</param>
/// <param name="Uncounted">
/// The number of offsets of predictions and dead letters that are not counted yet and, on Kafka, of input offsets that are not scanned
/// yet. While it is not 0,
/// the lines may be out of balance by as many.
/// </param>
/// <param name="Note">Why there are no counts; null if there are.</param>
public sealed record LedgerView(
    DateTimeOffset At, LedgerLine Total, IReadOnlyList<LedgerLine> Topics, IReadOnlyList<GroupLag> Lag, long Uncounted, string? Note = null)
{
    /// <summary>
    /// The number of records of <c>predictions</c> and <c>dead-letter</c> that cannot be read: damaged outcomes of texts, and foreign
    /// records.
    /// </summary>
    public long UnreadableOutputs { get; init; }
}
