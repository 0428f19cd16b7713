namespace StreamBert.Cli.Errors;

/// <summary>Reports a streamed response that ended before its last line, so that its content proves nothing.</summary>
internal sealed class IncompleteResponseException(string reason, Exception? inner = null) : Exception(reason, inner);
