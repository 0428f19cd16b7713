using System.Globalization;
using System.Text.RegularExpressions;
using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Gateway.Labelling;

/// <summary>Stores the labels of an uploaded CSV file. Rows that are refused are listed with the reason; all others are stored.</summary>
internal sealed partial class LabelUpload(FeedbackAppender feedback, RequestBodyBudget bodies)
{
    /// <summary>The number of rows that are stored together.</summary>
    private const int BatchRows = 200;

    /// <summary>Stores the rows of a file.</summary>
    /// <param name="file">The file: a header with <c>label</c> and <c>id</c> or <c>text</c>, and optionally <c>head</c>.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="scope">What applies to all rows.</param>
    /// <param name="sender">The person who sends the file.</param>
    /// <param name="progressed">Is called after each batch.</param>
    /// <param name="cancellation">Cancels the upload; what is stored stays.</param>
    /// <exception cref="ApiException">The file is not CSV in UTF-8.</exception>
    /// <exception cref="OverloadedException">Other uploads take the memory.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written; send the file again.</exception>
    /// <exception cref="StateUnavailableException">The predictions cannot be read, and a row has no text.</exception>
    public async Task<UploadResult> StoreAsync(
        Stream file, int bytes, UploadScope scope, FeedbackSender sender, Action<UploadResult> progressed, CancellationToken cancellation)
    {
        using var reservation = bodies.Open();
        reservation.Add(bytes);
        using var csv = new MemoryStream(bytes);
        await file.CopyToAsync(csv, cancellation);
        var result = new UploadResult();
        foreach (var rows in CsvBodyParser.ParseRows<UploadedLabel>(csv.GetBuffer().AsMemory(0, (int)csv.Length)).Chunk(BatchRows))
        {
            List<(int Line, FeedbackRequest Request)> valid = [];
            foreach (var row in rows)
            {
                if ((row.Fault?.Message ?? row.Item!.Value.FindFault(scope)) is { } fault)
                    result.Refuse(row.Line, WithoutIndex(fault));
                else
                    valid.Add((row.Line, row.Item!.Value.ToRequest(scope)));
            }
            await StoreAsync(valid, sender, result, cancellation);
            progressed(result);
        }
        return result;
    }

    /// <summary>Stores rows together. Those that are refused are left out, and the rest is stored.</summary>
    private async Task StoreAsync(
        List<(int Line, FeedbackRequest Request)> rows, FeedbackSender sender, UploadResult result, CancellationToken cancellation)
    {
        while (rows.Count > 0)
        {
            try
            {
                await feedback.AppendAsync([.. rows.Select(static row => row.Request)], sender, cancellation);
                result.Stored += rows.Count;
                return;
            }
            catch (InvalidRequestException invalid) when (FindErrors(invalid) is { Count: > 0 } errors)
            {
                foreach (var (index, error) in errors)
                    result.Refuse(rows[index].Line, error);
                rows = [.. rows.Where((_, index) => !errors.ContainsKey(index))];
            }
            catch (TextTooLargeException tooLarge) when (rows.Count == 1)
            {
                result.Refuse(rows[0].Line, WithoutIndex(tooLarge.Message));
                return;
            }
            catch (TextTooLargeException)
            {
                await StoreAsync(rows[..(rows.Count / 2)], sender, result, cancellation);
                rows = rows[(rows.Count / 2)..];
            }
        }
    }

    /// <summary>Returns the errors by the index of their row.</summary>
    private static SortedDictionary<int, string> FindErrors(InvalidRequestException invalid)
    {
        var errors = new SortedDictionary<int, string>();
        foreach (var (field, error) in invalid.Errors)
        {
            if (Index().Match(field) is { Success: true } match)
            {
                var index = int.Parse(match.Groups["index"].ValueSpan, CultureInfo.InvariantCulture);
                errors.TryAdd(index, $"{match.Groups["field"].Value}: {error}".TrimStart(':', ' '));
            }
        }
        return errors;
    }

    private static string WithoutIndex(string message) => Index().Replace(message, "").TrimStart(':', ' ');

    /// <summary>Matches the beginning of an error, such as <c>[3].label</c>.</summary>
    [GeneratedRegex(@"^\[(?<index>\d+)\](?:\.(?<field>\w+))?")]
    private static partial Regex Index();
}
