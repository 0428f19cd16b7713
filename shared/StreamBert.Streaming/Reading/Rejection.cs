using System.Diagnostics.CodeAnalysis;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Reading;

/// <summary>Says why a record is not a valid text.</summary>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>.</param>
/// <param name="Detail">A description that names the field and does not quote the text.</param>
/// <param name="Error">The exception that caused it, if there was one.</param>
public sealed record Rejection(string Reason, string Detail, Exception? Error = null)
{
    private const string Separator = ": ";

    /// <summary>The producer's name of the invalid field; null if no field is, or it is unknown.</summary>
    public string? Field { get; init; }

    /// <summary>Converts a violation of a limit; null for null.</summary>
    [return: NotNullIfNotNull(nameof(fault))]
    public static Rejection? Of(LimitFault? fault) => fault is null ? null : new(fault.Code, fault.Detail) { Field = fault.Field };

    /// <summary>Reads the header <see cref="RecordHeaders.ReplayFault"/>; null without it.</summary>
    public static Rejection? FromHeaders(IReadOnlyDictionary<string, byte[]> headers)
    {
        if (!headers.TryGetValue(RecordHeaders.ReplayFault, out var header))
            return null;
        var parts = Encoding.UTF8.GetString(header).Split(Separator, 2);
        // Any producer may set the header: only a code may become the reason of a dead letter.
        return parts is [var reason, var detail] && DeadLetterReasons.IsCode(reason)
            ? new(reason, detail)
            : new(DeadLetterReasons.BadRow, string.Join(Separator, parts));
    }

    /// <summary>Writes the value of that header.</summary>
    public byte[] ToHeader() => Encoding.UTF8.GetBytes($"{Reason}{Separator}{Detail}");
}
