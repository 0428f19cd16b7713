namespace StreamBert.Cli.CommandLine;

/// <summary>An answer that came line by line did not come to its end, so that it says nothing of the whole.</summary>
public sealed class IncompleteAnswerException(string reason, Exception? inner = null) : Exception(reason, inner);
