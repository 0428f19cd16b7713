namespace StreamBert.Cli.Files.Rows;

/// <summary>Represents a row as a file format yields it. Either <paramref name="Fields"/> or <paramref name="Fault"/> is null.</summary>
/// <param name="Line">The line of the file on which the row begins, from 1.</param>
/// <param name="Raw">The bytes of the row as UTF-8; identical to those of a UTF-8 file.</param>
internal sealed record RawRow(long Line, byte[] Raw, IReadOnlyDictionary<string, Cell>? Fields, RowFault? Fault)
{
    /// <summary>A difference between the row as it was written and as it was read.</summary>
    public string? Note { get; init; }
}
