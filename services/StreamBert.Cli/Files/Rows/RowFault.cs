using StreamBert.Contracts;

namespace StreamBert.Cli.Files.Rows;

/// <summary>Describes why a row, or a column of it, cannot be used.</summary>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>.</param>
/// <param name="Detail">A description without the text of the row.</param>
internal sealed record RowFault(string Reason, string Detail);
