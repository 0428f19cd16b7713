using StreamBert.Contracts;

namespace StreamBert.Cli.Files.Rows;

/// <summary>Represents one row of a file.</summary>
/// <param name="Number">The number of the row, from 1, without the header.</param>
/// <param name="Position">The number of bytes of the file read so far (compressed bytes of a compressed file).</param>
internal sealed record Row(long Number, RawRow Content, long Position)
{
    public IReadOnlyDictionary<string, Cell>? Fields => Content.Fields;

    public RowFault? Fault => Content.Fault;

    public string Location => Content.Line > Number ? $"row {Number} (line {Content.Line})" : $"row {Number}";

    /// <summary>Returns the value of a required column, or the fault.</summary>
    public (string? Value, RowFault? Fault) GetRequired(string column)
    {
        if (Fields is null)
            return (null, Fault);
        if (!Fields.TryGetValue(column, out var cell))
            return (null, new(DeadLetterReasons.MissingField, $"it has no '{column}'"));
        if (cell.IsArray)
            return (null, new(DeadLetterReasons.BadField, $"'{column}' is an array, not a text"));
        return cell.Value is { } value ? (value, null) : (null, new(DeadLetterReasons.MissingField, $"'{column}' is null"));
    }

    /// <summary>Returns the value of an optional column; null if the column is absent, null or empty.</summary>
    public string? GetOptional(string? column)
    {
        if (column is null || Fields is null || !Fields.TryGetValue(column, out var cell))
            return null;
        return cell.Value is { Length: > 0 } value ? value : null;
    }
}
