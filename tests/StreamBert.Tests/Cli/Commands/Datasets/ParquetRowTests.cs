using Parquet.Serialization;
using StreamBert.Cli.Commands.Datasets;
using StreamBert.Tests.Model;
using StreamBert.Training.Datasets.Stored;

namespace StreamBert.Tests.Cli.Commands.Datasets;

/// <summary>Tests that a data set in Parquet has the rows and columns of the JSON Lines.</summary>
public sealed class ParquetRowTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, 1, TimeSpan.FromHours(2));
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rows_are_read_back_as_they_were_written()
    {
        StoredLabel[] rows =
        [
            Row("Öl fällt 📉", ["anna", "bob"]), Row("bank", ["bob"]) with { Group = 2, Part = StoredLabel.EvaluationPart },
        ];

        await ParquetRow.WriteAsync(rows, _folder["labels.parquet"], TestContext.Current.CancellationToken);

        await using var file = File.OpenRead(_folder["labels.parquet"]);
        var read = await ParquetSerializer.DeserializeAsync<ParquetRow>(file, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            ["text", "head", "label", "annotators", "pipeline", "occurredAt", "group", "part"],
            read.Schema.Fields.Select(static field => field.Name));
        Assert.Equal(["Öl fällt 📉", "bank"], read.Data.Select(static row => row.Text));
        Assert.Equal([["anna", "bob"], ["bob"]], read.Data.Select(static row => row.Annotators));
        Assert.All(read.Data, static row => Assert.Equal(Noon.UtcDateTime, row.OccurredAt));
        Assert.Equal([("training", 1), ("evaluation", 2)], read.Data.Select(static row => (row.Part, row.Group)));
    }

    private static StoredLabel Row(string text, string[] annotators) => new()
    {
        Text = text,
        Head = "sentiment",
        Label = "negative",
        Annotators = annotators,
        Pipeline = "news",
        OccurredAt = Noon,
        Group = 1,
        Part = StoredLabel.TrainingPart,
    };
}
