using StreamBert.Cli.Files.Rows;

namespace StreamBert.Cli.Datasets;

/// <summary>Counts the rows of one file while it is read.</summary>
internal sealed class FileRows(DatasetFile file, string format, string textColumn, string? labelColumn)
{
    public DatasetFile File => file;

    /// <summary>The format of the file as it was detected.</summary>
    public string Format => format;

    public string TextColumn => textColumn;

    /// <summary>The column of the label; null if the file has none.</summary>
    public string? LabelColumn => labelColumn;

    /// <summary>The number of rows, unreadable ones included.</summary>
    public long Count { get; set; }

    /// <summary>The rows without a readable text.</summary>
    public InvalidRows Unreadable { get; } = new();

    /// <summary>The rows of whose text the model reads no token.</summary>
    public List<long> Empty { get; } = [];

    /// <summary>The number of rows whose text is longer than what the model reads.</summary>
    public long Cut { get; set; }

    /// <summary>The number of rows without a label.</summary>
    public long Unlabelled { get; set; }

    /// <summary>The number of rows of each label.</summary>
    public SortedDictionary<string, long> Labels { get; } = new(StringComparer.Ordinal);
}
