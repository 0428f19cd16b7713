using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Export;

/// <summary>A row of exported predictions: a prediction and one of its heads.</summary>
/// <param name="Prediction">The prediction.</param>
/// <param name="Head">The head; null for a prediction without heads, such as one with entities only.</param>
internal sealed record PredictionRow(TextClassified Prediction, string? Head)
{
    public HeadPrediction? Answer => Head is null ? null : Prediction.Heads[Head];
}

/// <summary>Exports predictions as a table with one row for each prediction and head.</summary>
internal static class PredictionExport
{
    private const int PageSize = 1_000;

    /// <summary>Keeps letters of all scripts readable.</summary>
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly ExportTable<PredictionRow> Table = new("predictions",
    [
        new TextColumn<PredictionRow>("id", static row => row.Prediction.Id),
        new TextColumn<PredictionRow>("pipeline", static row => row.Prediction.Pipeline),
        new TimeColumn<PredictionRow>("occurredAt", static row => row.Prediction.OccurredAt),
        new TimeColumn<PredictionRow>("classifiedAt", static row => row.Prediction.ClassifiedAt),
        new TextColumn<PredictionRow>("modelVersion", static row => row.Prediction.ModelVersion),
        new TextColumn<PredictionRow>("head", static row => row.Head),
        new TextColumn<PredictionRow>("label", static row => row.Answer?.Label),
        new NumberColumn<PredictionRow, double>("confidence", static row => row.Answer?.Confidence),
        new TextColumn<PredictionRow>("text", static row => row.Prediction.Text),
        new TextColumn<PredictionRow>("source", static row => row.Prediction.Source),
        new TextColumn<PredictionRow>("subject", static row => row.Prediction.Subject),
        new TextColumn<PredictionRow>("attributes", static row => FormatAttributes(row.Prediction.Attributes)),
        new NumberColumn<PredictionRow, int>("tokens", static row => row.Prediction.Tokens),
        new TextColumn<PredictionRow>("origin", static row => row.Prediction.Origin.ToString()),
    ]);

    /// <summary>Reads all pages of a query, each as a batch of rows; sealed texts are opened as for every reader.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<PredictionRow>> ReadAsync(
        StateStore store, SubjectVault vault, PredictionQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var after = query.After; ;)
        {
            var page = await store.ListPredictionsAsync(query with { Limit = PageSize, After = after }, cancellation);
            if (page.Count > 0)
                yield return [.. vault.Open(page).SelectMany(RowsOf)];
            if (page.Next is null)
                yield break;
            after = page.Next;
        }
    }

    private static IEnumerable<PredictionRow> RowsOf(TextClassified prediction) => prediction.Heads.Count == 0
        ? [new(prediction, null)] : prediction.Heads.Keys.Select(head => new PredictionRow(prediction, head));

    private static string? FormatAttributes(IReadOnlyDictionary<string, string> attributes) =>
        attributes.Count == 0 ? null : JsonSerializer.Serialize(attributes, Json);
}
