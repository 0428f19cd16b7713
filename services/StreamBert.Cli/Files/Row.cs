using StreamBert.Contracts;
using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Files;

/// <summary>One value of a row; <paramref name="Value"/> is null where the file says null. An array stays JSON.</summary>
internal readonly record struct Cell(string? Value, bool IsArray = false);

/// <summary>Why a row, or a column of it, cannot be used.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Detail">In words, without the text of the row.</param>
internal sealed record RowFault(string Reason, string Detail);

/// <summary>A row as a format yields it. Either <paramref name="Fields"/> or <paramref name="Fault"/> is null.</summary>
/// <param name="Line">The line of the file on which the row begins, from 1.</param>
/// <param name="Raw">Its bytes as UTF-8; exactly those of the file where the file is UTF-8.</param>
internal sealed record RawRow(long Line, byte[] Raw, IReadOnlyDictionary<string, Cell>? Fields, RowFault? Fault)
{
    /// <summary>What was read differently from how it is written.</summary>
    public string? Note { get; init; }
}

/// <summary>One row of a file.</summary>
/// <param name="Number">Counts from 1; a header is no row.</param>
/// <param name="Position">Bytes of the file read so far (compressed, where it is).</param>
internal sealed record Row(long Number, RawRow Content, long Position)
{
    public IReadOnlyDictionary<string, Cell>? Fields => Content.Fields;

    public RowFault? Fault => Content.Fault;

    public string Place => Content.Line > Number ? $"row {Number} (line {Content.Line})" : $"row {Number}";

    /// <summary>The value in a column that must be there; else the fault.</summary>
    public (string? Value, RowFault? Fault) Require(string column)
    {
        if (Fields is null)
            return (null, Fault);
        if (!Fields.TryGetValue(column, out var cell))
            return (null, new(DeadLetterReasons.MissingField, $"there is no '{column}' in it"));
        if (cell.IsArray)
            return (null, new(DeadLetterReasons.BadField, $"'{column}' is an array, not a text"));
        return cell.Value is { } value ? (value, null) : (null, new(DeadLetterReasons.MissingField, $"'{column}' is null"));
    }

    /// <summary>The value in a column that may be absent, null or empty; then null.</summary>
    public string? Find(
        string? column) => column is not null && Fields is not null && Fields.TryGetValue(column, out var cell) && cell.Value is { Length: > 0 } value ? value : null;
}
