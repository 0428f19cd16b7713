namespace StreamBert.Cli.Files.Json;

/// <summary>Represents the bytes of one JSON value of a file.</summary>
/// <param name="Line">The line on which the value begins, from 1.</param>
/// <param name="Fault">Why the value is malformed.</param>
internal readonly record struct JsonValueText(long Line, byte[] Raw, string? Fault);
