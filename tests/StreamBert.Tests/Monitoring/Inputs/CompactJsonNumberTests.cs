using System.Globalization;
using System.Text;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring.Inputs;

/// <summary>The parser of numbers beside that of .NET.</summary>
public sealed class CompactJsonNumberTests
{
    [Fact]
    public void Every_fraction_of_up_to_seven_digits_is_the_nearest_double_and_float()
    {
        var random = new Random(5);
        for (var round = 0; round < 200_000; round++)
        {
            var decimals = 1 + random.Next(7);
            var number = $"{(random.Next(2) == 0 ? "-" : "")}{random.Next(10)}.{Digits(random, decimals)}";
            var utf8 = Encoding.UTF8.GetBytes($"{number}{",]}"[random.Next(3)]}\"padding\"");

            Assert.Equal(number.Length, CompactJsonNumber.ReadShort(utf8, out var value));
            Assert.Equal(double.Parse(number, CultureInfo.InvariantCulture), value);
            if (CompactJsonNumber.TryToSingle(value, out var single))
                Assert.Equal(float.Parse(number, CultureInfo.InvariantCulture), single);
        }
    }

    [Theory]
    [InlineData("12.5,\"padding\"")]
    [InlineData("0.12345678,\"padding\"")]
    [InlineData("0.5e3,\"padding\"")]
    [InlineData("0.5E3,\"padding\"")]
    [InlineData("0.,\"padding......\"")]
    [InlineData("7,\"padding.......\"")]
    [InlineData("-,\"padding.......\"")]
    [InlineData("0.5")]
    [InlineData("")]
    public void Other_numbers_are_left_to_the_parser_of_all_numbers(string json) =>
        Assert.Equal(0, CompactJsonNumber.ReadShort(Encoding.UTF8.GetBytes(json), out _));

    [Theory]
    [InlineData("[0.25]", 0.25)]
    [InlineData("[-1.5]", -1.5)]
    [InlineData("[0.1234567,0.2]", 0.1234567)]
    [InlineData("[0.12345678]", 0.12345678)]
    [InlineData("[0.5e3,0.000001]", 500)]
    [InlineData("[123456.75,0.000001]", 123456.75)]
    [InlineData("[-0.0,0.0000000]", -0.0)]
    public void The_reader_reads_short_and_other_numbers(string json, double expected)
    {
        var reader = new CompactJsonReader(Encoding.UTF8.GetBytes(json));
        reader.BeginArray();

        Assert.Equal(expected, reader.ReadDouble());
        Assert.False(reader.HasFailed);
    }

    private static string Digits(Random random, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10))));
}
