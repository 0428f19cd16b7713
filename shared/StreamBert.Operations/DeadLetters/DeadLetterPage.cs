namespace StreamBert.Operations.DeadLetters;

/// <summary>Holds one page of the list of dead letters.</summary>
/// <param name="DeadLetters">The dead letters, the latest first.</param>
/// <param name="Total">The number of dead letters that match.</param>
/// <param name="Reasons">The number of dead letters by reason that match all other conditions.</param>
/// <param name="Next">The cursor of the next page; null at the end.</param>
/// <param name="Unlisted">The number of older dead letters that the list leaves out; replays and discards reach them too.</param>
public sealed record DeadLetterPage(
    IReadOnlyList<DeadLetterItem> DeadLetters, long Total, IReadOnlyDictionary<string, long> Reasons, string? Next, long Unlisted)
{
    /// <summary>The number of records of <c>dead-letter</c> that are damaged or hold no dead letter; they are not listed.</summary>
    public long Unreadable { get; init; }
}
