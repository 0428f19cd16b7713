using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using StreamBert.Cli.Output;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Cli.Access;

/// <summary>
/// Sends rows in batches to a route that takes all or none of a batch: rows that it refuses are reported and left out, and the rest is sent
/// again.
/// </summary>
/// <param name="client">The Gateway.</param>
/// <param name="route">The route.</param>
/// <param name="locate">Says where a row comes from.</param>
internal sealed class RowSender<T>(GatewayClient client, string route, Func<T, string> locate)
{
    private const int BatchRows = 500;
    private static readonly TimeSpan RateLimitDelay = TimeSpan.FromSeconds(1);

    private long _refused;

    /// <summary>The number of rows that are stored.</summary>
    public long Accepted { get; private set; }

    /// <summary>The number of rows that are not stored, each of which was reported.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Called after each batch.</summary>
    public Action OnBatch { get; init; } = static () => { };

    /// <exception cref="HttpRequestException">
    /// The Gateway cannot be reached, or refuses the request for another reason than its rows.
    /// </exception>
    public async Task SendAsync(IEnumerable<T> rows, CancellationToken cancellation)
    {
        await foreach (var batch in BatchAsync(rows, cancellation))
        {
            var stored = new LabelRows<T>(sent => PostAsync(sent, cancellation), (row, reason) => Refuse(locate(row), reason));
            try
            {
                await stored.StoreAsync(batch);
            }
            finally
            {
                Accepted += stored.Stored;
            }
            OnBatch();
        }
    }

    /// <summary>Counts and reports a row that is not sent.</summary>
    public void Refuse(string location, string reason)
    {
        Interlocked.Increment(ref _refused);
        Terminal.Error.WriteLine($"streambert: {location}: {reason.TrimEnd('.')}.");
    }

    /// <summary>
    /// Reads ahead while a batch is sent. A batch has the rows that are there, so that those of a pipe do not wait for more of them.
    /// </summary>
    private static async IAsyncEnumerable<IReadOnlyList<T>> BatchAsync(
        IEnumerable<T> rows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ready = Channel.CreateBounded<T>(BatchRows);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _ = Task.Run(() => ReadAsync(rows, ready.Writer, ending.Token), cancellation);
        try
        {
            while (await ready.Reader.WaitToReadAsync(cancellation))
            {
                var batch = new List<T>();
                while (batch.Count < BatchRows && ready.Reader.TryRead(out var row))
                    batch.Add(row);
                yield return batch;
            }
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    private static async Task ReadAsync(IEnumerable<T> rows, ChannelWriter<T> writer, CancellationToken cancellation)
    {
        try
        {
            foreach (var row in rows)
                await writer.WriteAsync(row, cancellation);
            writer.Complete();
        }
        catch (Exception e)
        {
            writer.Complete(e); // the reader of the channel throws it
        }
    }

    private static RowRefusal? FindRows(GatewayRefusalException refusal, int count) =>
        RowRefusal.Of(refusal.Errors, count) ?? RowRefusal.OfMessage(refusal.Detail, count);

    private async Task<RowRefusal?> PostAsync(IReadOnlyList<T> rows, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await client.PostAsync<JsonObject>(route, rows, cancellation);
                return null;
            }
            catch (GatewayRefusalException refusal) when (refusal.StatusCode == HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(RateLimitDelay, cancellation);
            }
            catch (GatewayRefusalException refusal) when (refusal.StatusCode == HttpStatusCode.RequestEntityTooLarge)
            {
                return RowRefusal.OfSize(refusal.Detail);
            }
            catch (GatewayRefusalException refusal) when (FindRows(refusal, rows.Count) is { } rowRefusal)
            {
                return rowRefusal;
            }
        }
    }
}
