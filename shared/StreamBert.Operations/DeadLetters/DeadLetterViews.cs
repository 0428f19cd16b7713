using System.Text;
using System.Text.Unicode;
using StreamBert.Contracts;

namespace StreamBert.Operations.DeadLetters;

/// <summary>A dead letter as it is listed: without the bytes it holds.</summary>
/// <param name="Id">Where it stands in <c>dead-letter</c>: <c>partition/offset</c>.</param>
/// <param name="Bytes">Size of the original value.</param>
/// <param name="State">One of <see cref="DeadLetterStates"/>.</param>
public sealed record DeadLetterItem(
    string Id, RecordOrigin Origin, string? Pipeline, string Reason, string Detail, DateTimeOffset FailedAt, int Bytes, string State)
{
    /// <summary>When it was replayed or discarded last.</summary>
    public DateTimeOffset? ActedAt { get; init; }

    /// <summary>By whom.</summary>
    public string? ActedBy { get; init; }

    /// <summary>Where the record stands that a replay appended.</summary>
    public RecordOrigin? ReplayedAs { get; init; }

    /// <summary>What became of that record: <c>in-flight</c>, <c>predicted</c> or <c>dead-lettered</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>The dead letter it became.</summary>
    public string? OutcomeId { get; init; }

    /// <summary>The id of the letter whose replay failed in turn and left this one.</summary>
    public string? ReplayOf { get; init; }
}

/// <param name="DeadLetters">The latest first.</param>
/// <param name="Total">Letters that match.</param>
/// <param name="Reasons">Reason → letters that match but for the reason, so that the other reasons can be chosen.</param>
/// <param name="Next">The cursor of the next page; null at the end.</param>
/// <param name="Unlisted">Older letters that stand in the log and are too many to be listed; acts reach them too.</param>
public sealed record DeadLetterPage(
    IReadOnlyList<DeadLetterItem> DeadLetters, long Total, IReadOnlyDictionary<string, long> Reasons, string? Next, long Unlisted)
{
    /// <summary>Records of <c>dead-letter</c> that are damaged, or are no dead letters; they are not listed.</summary>
    public long Unreadable { get; init; }
}

/// <summary>Bytes as text if they are UTF-8, else as base64.</summary>
public sealed record BytesView(int Bytes, string? Text, string? Base64)
{
    public static BytesView? Of(byte[]? bytes) => bytes switch
    {
        null => null,
        _ when Utf8.IsValid(bytes) => new(bytes.Length, Encoding.UTF8.GetString(bytes), null),
        _ => new(bytes.Length, null, Convert.ToBase64String(bytes)),
    };
}

/// <summary>All of a dead letter.</summary>
public sealed record DeadLetterDetails(
    DeadLetterItem Letter, DateTimeOffset Timestamp, string? ErrorType, string? Stack, BytesView? Key, BytesView? Value, IReadOnlyDictionary<string, BytesView> Headers);

/// <summary>What an act has done.</summary>
/// <param name="Done">Letters it was done to.</param>
/// <param name="Before">Matching letters that had been replayed or discarded before and were left alone.</param>
/// <param name="Homeless">Letters that cannot be replayed, because their input topic is gone, or the original of a letter that holds no
/// value for privacy.</param>
public sealed record DeadLetterActed(int Done, int Before, int Homeless);
