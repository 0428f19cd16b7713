using System.Text;
using System.Text.Json;
using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

public sealed class RecordJsonTests
{
    [Theory]
    [InlineData("id", "1")]
    [InlineData("meta.no", "4711")]
    [InlineData("meta.deep.flag", "true")]
    [InlineData("a.b", "its own name has a dot")]
    [InlineData("meta", null)]
    [InlineData("list.0", "1")]
    [InlineData("list.1", null)]
    [InlineData("list.x", null)]
    [InlineData("meta.no.more", null)]
    [InlineData("nothing", null)]
    [InlineData("absent.too", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_path_finds_a_field_and_only_scalars_have_a_text(string? path, string? expected)
    {
        using var json = Parse(
            """
            {"id":"1","meta":{"no":4711,"deep":{"flag":true}},"a.b":"its own name has a dot","a":{"b":"hidden"},"list":[1],
            "nothing":null}
            """);

        Assert.Equal(expected, RecordJson.Scalar(RecordJson.Find(json.RootElement, path)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("null")]
    public void A_value_that_is_no_object_has_no_fields(string text)
    {
        using var json = Parse(text);

        Assert.Null(RecordJson.Find(json.RootElement, "id"));
    }

    [Fact]
    public void A_byte_order_mark_does_not_matter()
    {
        using var json = Parse("\uFEFF{\"id\":1}");

        Assert.Equal("1", RecordJson.Scalar(RecordJson.Find(json.RootElement, "id")));
    }

    private static JsonDocument Parse(string text) => RecordJson.Parse(Encoding.UTF8.GetBytes(text));
}
