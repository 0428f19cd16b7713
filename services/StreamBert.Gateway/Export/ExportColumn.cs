using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace StreamBert.Gateway.Export;

/// <summary>A column of an exported table. Every column may have missing values.</summary>
/// <param name="Name">The name of the column.</param>
internal abstract record ExportColumn<TRow>(string Name)
{
    /// <summary>The column in the schema of a Parquet file.</summary>
    public abstract DataField Field { get; }

    /// <summary>Formats a value as a field of a CSV file; empty if it is missing.</summary>
    public abstract string Format(TRow row);

    /// <summary>Writes the values of a row group.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<TRow> rows, CancellationToken cancellation);
}

/// <summary>A column of texts.</summary>
internal sealed record TextColumn<TRow>(string Name, Func<TRow, string?> Value) : ExportColumn<TRow>(Name)
{
    public override DataField Field { get; } = new DataField<string>(Name, true);

    public override string Format(TRow row) => CsvFields.Escape(Value(row) ?? "");

    public override Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<TRow> rows, CancellationToken cancellation) =>
        group.WriteAsync(Field, (IReadOnlyCollection<string?>)[.. rows.Select(Value)]!);
}

/// <summary>A column of numbers.</summary>
internal sealed record NumberColumn<TRow, TNumber>(string Name, Func<TRow, TNumber?> Value) : ExportColumn<TRow>(Name)
    where TNumber : struct, IFormattable
{
    public override DataField Field { get; } = new DataField<TNumber>(Name, true);

    public override string Format(TRow row) => Value(row)?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    public override Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<TRow> rows, CancellationToken cancellation) =>
        group.WriteAsync<TNumber>(Field, rows.Select(Value).ToArray(), cancellationToken: cancellation);
}

/// <summary>A column of times in UTC.</summary>
internal sealed record TimeColumn<TRow>(string Name, Func<TRow, DateTimeOffset> Value) : ExportColumn<TRow>(Name)
{
    public override DataField Field { get; } =
        new DateTimeDataField(Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: true);

    public override string Format(TRow row) =>
        Value(row).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    public override Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<TRow> rows, CancellationToken cancellation) =>
        group.WriteAsync<DateTime>(
            Field, rows.Select(row => (DateTime?)Value(row).UtcDateTime).ToArray(), cancellationToken: cancellation);
}
