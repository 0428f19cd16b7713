using System.Net;
using System.Text.Json.Nodes;
using StreamBert.Cli.Access;
using StreamBert.Cli.Files;
using StreamBert.Cli.Output;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Cli.Commands.Feedback;

/// <summary>
/// Sends the rows of a file in batches. The Gateway stores a batch completely or not at all; rows that it refuses are reported and left
/// out, and the rest is sent again.
/// </summary>
/// <param name="client">The Gateway.</param>
/// <param name="file">The file.</param>
/// <param name="columns">Its columns.</param>
/// <param name="pipeline">The pipeline of all rows; null: that of the predictions.</param>
internal sealed class FeedbackImport(GatewayClient client, RowFile file, FeedbackColumns columns, string? pipeline)
{
    private const int BatchRows = 500;
    private const string Route = "v1/feedback";

    /// <summary>The number of labels that are stored.</summary>
    public long Accepted { get; private set; }

    /// <summary>The number of rows that are not stored, each of which was reported.</summary>
    public long Refused { get; private set; }

    /// <exception cref="HttpRequestException">
    /// The Gateway cannot be reached, or refuses the request for another reason than its rows.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var batch in ReadRows().Chunk(BatchRows))
                await StoreAsync(batch, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw new HttpRequestException(
                $"{e.Message} {Accepted} labels of '{file.Path}' are stored. Run the command again: labels that are stored already are "
                    + "replaced by themselves.", e, e.StatusCode);
        }
    }

    private IEnumerable<FeedbackRow> ReadRows()
    {
        foreach (var row in file.ReadRows())
        {
            var (feedback, fault) = FeedbackRow.Read(row, columns, pipeline);
            if (feedback is not null)
                yield return feedback;
            else
                Refuse(row.Location, fault!);
        }
    }

    private async Task StoreAsync(IReadOnlyList<FeedbackRow> batch, CancellationToken cancellation)
    {
        var rows = new LabelRows<FeedbackRow>(sent => SendAsync(sent, cancellation), (row, reason) => Refuse(row.Location, reason));
        try
        {
            await rows.StoreAsync(batch);
        }
        finally
        {
            Accepted += rows.Stored;
        }
    }

    private async Task<RowRefusal?> SendAsync(IReadOnlyList<FeedbackRow> rows, CancellationToken cancellation)
    {
        try
        {
            await client.PostAsync<JsonObject>(Route, rows, cancellation);
            return null;
        }
        catch (GatewayRefusalException refusal) when (refusal.StatusCode == HttpStatusCode.RequestEntityTooLarge)
        {
            return RowRefusal.OfSize(refusal.Detail);
        }
        catch (GatewayRefusalException refusal) when (RowRefusal.Of(refusal.Errors, rows.Count) is { } rowRefusal)
        {
            return rowRefusal;
        }
    }

    private void Refuse(string location, string reason)
    {
        Refused++;
        Terminal.Error.WriteLine($"streambert: '{file.Path}', {location}: {reason.TrimEnd('.')}.");
    }
}
