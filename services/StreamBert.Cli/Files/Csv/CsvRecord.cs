namespace StreamBert.Cli.Files.Csv;

/// <summary>Represents a record of a separated file, in Latin-1.</summary>
/// <param name="Line">The line on which the record begins, from 1.</param>
/// <param name="Fault">Why the record is invalid; its fields are empty then.</param>
internal sealed record CsvRecord(long Line, string Raw, string[] Fields, string? Fault = null);
