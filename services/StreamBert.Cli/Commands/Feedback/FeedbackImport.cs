using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StreamBert.Cli.Access;
using StreamBert.Cli.Files;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Feedback;

/// <summary>
/// Sends the rows of a file in batches. The Gateway stores a batch completely or not at all; rows that it refuses are reported and left
/// out, and the rest is sent again.
/// </summary>
/// <param name="client">The Gateway.</param>
/// <param name="file">The file.</param>
/// <param name="columns">Its columns.</param>
/// <param name="pipeline">The pipeline of all rows; null: that of the predictions.</param>
internal sealed partial class FeedbackImport(GatewayClient client, RowFile file, FeedbackColumns columns, string? pipeline)
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
                await SendAsync([.. batch], cancellation);
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

    private async Task SendAsync(List<FeedbackRow> rows, CancellationToken cancellation)
    {
        while (rows.Count > 0)
        {
            try
            {
                await client.PostAsync<JsonObject>(Route, rows, cancellation);
                Accepted += rows.Count;
                return;
            }
            catch (GatewayRefusalException refusal) when (FindErrors(refusal) is { Count: > 0 } errors)
            {
                foreach (var (index, error) in errors)
                    Refuse(rows[index].Location, error);
                rows = [.. rows.Where((_, index) => !errors.ContainsKey(index))];
            }
            catch (GatewayRefusalException refusal) when (refusal.StatusCode == HttpStatusCode.RequestEntityTooLarge)
            {
                if (rows.Count == 1)
                {
                    Refuse(rows[0].Location, refusal.Message);
                    return;
                }
                await SendAsync(rows[..(rows.Count / 2)], cancellation);
                rows = rows[(rows.Count / 2)..];
            }
        }
    }

    /// <summary>Returns the errors by the index of their row in the request.</summary>
    private static SortedDictionary<int, string> FindErrors(GatewayRefusalException refusal)
    {
        var errors = new SortedDictionary<int, string>();
        foreach (var (field, error) in refusal.Errors)
        {
            if (Index().Match(field) is { Success: true } match)
            {
                var index = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                errors.TryAdd(index, $"{match.Groups[2].Value} {error}".Trim());
            }
        }
        return errors;
    }

    private void Refuse(string location, string reason)
    {
        Refused++;
        Terminal.Error.WriteLine($"streambert: '{file.Path}', {location}: {reason.TrimEnd('.')}.");
    }

    /// <summary>Matches the fields of errors, such as <c>[3].label</c>.</summary>
    [GeneratedRegex(@"^\[(\d+)\](?:\.(.+))?$")]
    private static partial Regex Index();
}
