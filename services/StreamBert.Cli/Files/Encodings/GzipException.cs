namespace StreamBert.Cli.Files.Encodings;

/// <summary>
/// Reports gzip data that cannot be decompressed; the message continues a sentence that begins with the name of the file.
/// </summary>
internal sealed class GzipException(string message, Exception? inner = null) : IOException(message, inner);
