using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Gateway.Labelling;

/// <summary>Stores the labels of an uploaded CSV file. Rows that are refused are listed with the reason; all others are stored.</summary>
internal sealed class LabelUpload(FeedbackAppender feedback, RequestBodyBudget bodies)
{
    /// <summary>The number of rows that are stored together.</summary>
    private const int BatchRows = 200;

    /// <summary>Stores the rows of a file.</summary>
    /// <param name="file">The file: a header with <c>label</c> and <c>id</c> or <c>text</c>, and optionally <c>head</c>.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="scope">What applies to all rows.</param>
    /// <param name="sender">The person who sends the file.</param>
    /// <param name="progressed">Is called after each batch, also after one that fails.</param>
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
        var store = new LabelRows<(int Line, FeedbackRequest Request)>(
            rows => SendAsync(rows, sender, cancellation), (row, reason) => result.Refuse(row.Line, reason));
        foreach (var rows in CsvBodyParser.ParseRows<UploadedLabel>(csv.GetBuffer().AsMemory(0, (int)csv.Length)).Chunk(BatchRows))
        {
            List<(int Line, FeedbackRequest Request)> valid = [];
            foreach (var row in rows)
            {
                if ((row.Fault?.Message ?? row.Item!.Value.FindFault(scope)) is { } fault)
                    result.Refuse(row.Line, RowRefusal.WithoutIndex(fault));
                else
                    valid.Add((row.Line, row.Item!.Value.ToRequest(scope)));
            }
            try
            {
                await store.StoreAsync(valid);
            }
            finally
            {
                result.Stored = store.Stored;
                progressed(result);
            }
        }
        return result;
    }

    private async Task<RowRefusal?> SendAsync(
        IReadOnlyList<(int Line, FeedbackRequest Request)> rows, FeedbackSender sender, CancellationToken cancellation)
    {
        try
        {
            await feedback.AppendAsync([.. rows.Select(static row => row.Request)], sender, cancellation);
            return null;
        }
        catch (InvalidRequestException invalid) when (RowRefusal.Of(invalid.Errors, rows.Count) is { } refusal)
        {
            return refusal;
        }
        catch (TextTooLargeException tooLarge)
        {
            return RowRefusal.OfSize(tooLarge.Message);
        }
    }
}
