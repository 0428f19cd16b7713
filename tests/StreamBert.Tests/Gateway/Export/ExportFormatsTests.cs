using Microsoft.AspNetCore.Http;
using StreamBert.Gateway.Export;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Tests.Gateway.Export;

public sealed class ExportFormatsTests
{
    [Theory]
    [InlineData(null, null, ExportFormat.Json)]
    [InlineData(null, "*/*", ExportFormat.Json)]
    [InlineData(null, "text/html,application/xhtml+xml,*/*;q=0.8", ExportFormat.Json)]
    [InlineData(null, "text/csv", ExportFormat.Csv)]
    [InlineData(null, "application/json;q=0.5, text/csv", ExportFormat.Csv)]
    [InlineData(null, "application/vnd.apache.parquet, text/csv;q=0.9", ExportFormat.Parquet)]
    [InlineData(null, "not a media type", ExportFormat.Json)]
    [InlineData("csv", "application/json", ExportFormat.Csv)]
    [InlineData("json", "text/csv", ExportFormat.Json)]
    [InlineData("parquet", null, ExportFormat.Parquet)]
    public void The_parameter_determines_the_format_and_without_it_the_header(string? format, string? accept, object expected)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Accept = accept;

        Assert.Equal(expected, ExportFormats.Of(request, format));
    }

    [Fact]
    public void An_unknown_format_is_refused_with_the_known_ones()
    {
        var refused = Assert.Throws<ApiException>(() => ExportFormats.Of(new DefaultHttpContext().Request, "xlsx"));

        Assert.Contains("json, csv or parquet", refused.Message);
    }
}
