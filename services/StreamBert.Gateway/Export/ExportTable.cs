using System.Text;
using Parquet;
using Parquet.Schema;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Streaming;

namespace StreamBert.Gateway.Export;

/// <summary>A table that is exported as a file, batch by batch: only one batch of rows is in memory.</summary>
/// <param name="Name">The name of the file, without its extension.</param>
/// <param name="Columns">The columns.</param>
internal sealed record ExportTable<TRow>(string Name, IReadOnlyList<ExportColumn<TRow>> Columns)
{
    private const string NewLine = "\r\n";

    /// <summary>Sends the rows as a file.</summary>
    public Task SendAsync(
        HttpContext context, ExportFormat format, Func<CancellationToken, IAsyncEnumerable<IReadOnlyList<TRow>>> read) =>
        format == ExportFormat.Parquet
            ? StreamedResponse.WriteAsync(context, StreamFormat.File(MediaTypes.Parquet, $"{Name}.parquet"),
                (response, cancellation) => WriteParquetAsync(response, read(cancellation), cancellation))
            : StreamedResponse.WriteAsync(context, StreamFormat.File($"{MediaTypes.Csv}; charset=utf-8", $"{Name}.csv"),
                (response, cancellation) => WriteCsvAsync(response, read(cancellation), cancellation));

    private async Task WriteCsvAsync(
        StreamedResponse response, IAsyncEnumerable<IReadOnlyList<TRow>> batches, CancellationToken cancellation)
    {
        var line = string.Join(',', Columns.Select(static column => CsvFields.Escape(column.Name))) + NewLine;
        var isStarted = false;
        await foreach (var rows in batches.WithCancellation(cancellation))
        {
            // The header waits for the first rows: if they cannot be read, the response is a problem document.
            if (!isStarted)
                await response.WriteAsync(Encoding.UTF8.GetBytes(line), flush: false, cancellation);
            isStarted = true;
            foreach (var row in rows)
            {
                var fields = string.Join(',', Columns.Select(column => column.Format(row)));
                await response.WriteAsync(Encoding.UTF8.GetBytes(fields + NewLine), flush: false, cancellation);
            }
        }
        if (!isStarted)
            await response.WriteAsync(Encoding.UTF8.GetBytes(line), flush: false, cancellation);
    }

    private async Task WriteParquetAsync(
        StreamedResponse response, IAsyncEnumerable<IReadOnlyList<TRow>> batches, CancellationToken cancellation)
    {
        await using var buffer = new RowGroupBuffer();
        var schema = new ParquetSchema(Columns.Select(static column => (Field)column.Field));
        await using (var writer = await ParquetWriter.CreateAsync(schema, buffer, cancellationToken: cancellation))
        {
            await foreach (var rows in batches.WithCancellation(cancellation))
            {
                using (var group = writer.CreateRowGroup())
                {
                    foreach (var column in Columns)
                        await column.WriteAsync(group, rows, cancellation);
                }
                await SendAsync(response, buffer, cancellation);
            }
        }
        await SendAsync(response, buffer, cancellation);
    }

    private static async Task SendAsync(StreamedResponse response, RowGroupBuffer buffer, CancellationToken cancellation)
    {
        await response.WriteAsync(buffer.Pending.Span, flush: true, cancellation);
        buffer.Clear();
    }
}
