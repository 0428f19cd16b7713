using System.Text.Json.Serialization;
using Parquet.Serialization;
using Parquet.Serialization.Attributes;
using StreamBert.Training.Datasets.Stored;

namespace StreamBert.Cli.Commands.Datasets;

/// <summary>A row of a stored data set as Apache Parquet stores it, with the column names of the JSON Lines.</summary>
internal sealed class ParquetRow
{
    [JsonPropertyName("text"), ParquetRequired]
    public string Text { get; set; } = "";

    [JsonPropertyName("head"), ParquetRequired]
    public string Head { get; set; } = "";

    [JsonPropertyName("label"), ParquetRequired]
    public string Label { get; set; } = "";

    [JsonPropertyName("annotators")]
    public List<string> Annotators { get; set; } = [];

    [JsonPropertyName("pipeline"), ParquetRequired]
    public string Pipeline { get; set; } = "";

    [JsonPropertyName("occurredAt"), ParquetTimestamp(ParquetTimestampResolution.Microseconds, true)]
    public DateTime OccurredAt { get; set; }

    [JsonPropertyName("group")]
    public int Group { get; set; }

    [JsonPropertyName("part"), ParquetRequired]
    public string Part { get; set; } = "";

    /// <summary>Writes rows with readable texts to a file; an existing file is replaced.</summary>
    public static async Task WriteAsync(IEnumerable<StoredLabel> rows, string path, CancellationToken cancellation)
    {
        await using var file = File.Create(path);
        await ParquetSerializer.SerializeAsync(rows.Select(Create), file, cancellationToken: cancellation);
    }

    private static ParquetRow Create(StoredLabel row) => new()
    {
        Text = row.Text!,
        Head = row.Head,
        Label = row.Label,
        Annotators = [.. row.Annotators],
        Pipeline = row.Pipeline,
        OccurredAt = row.OccurredAt.UtcDateTime,
        Group = row.Group,
        Part = row.Part,
    };
}
