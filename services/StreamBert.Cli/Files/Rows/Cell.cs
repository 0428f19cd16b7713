namespace StreamBert.Cli.Files.Rows;

/// <summary>Represents one value of a row.</summary>
/// <param name="Value">The value, or null if the file contains a null. An array is kept as JSON.</param>
internal readonly record struct Cell(string? Value, bool IsArray = false);
