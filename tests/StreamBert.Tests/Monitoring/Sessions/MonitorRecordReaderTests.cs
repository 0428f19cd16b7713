using System.Text;
using StreamBert.Contracts;
using StreamBert.Monitoring.Sessions;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Monitoring.Sessions;

public sealed class MonitorRecordReaderTests
{
    private static readonly TextClassified Good = Predictions.Text(new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_prediction_is_read()
    {
        Assert.Equal(Good.Id, Assert.IsType<MonitorRecord.PredictionRecord>(Read(Wire.Serialize(Good))).Value.Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    public void Any_other_value_is_an_invalid_record_and_no_exception(string? value) =>
        Assert.IsType<MonitorRecord.InvalidRecord>(Read(value is null ? null : Encoding.UTF8.GetBytes(value)));

    [Fact]
    public void Nulls_and_numbers_outside_the_contract_make_a_record_invalid()
    {
        AssertInvalid(null);
        AssertInvalid(new(null!, 0.5, new Dictionary<string, double>()));
        AssertInvalid(new("negative", 7, new Dictionary<string, double>()));
    }

    private static void AssertInvalid(HeadPrediction? sentiment) => Assert.IsType<MonitorRecord.InvalidRecord>(
        Read(Wire.Serialize(Good with { Heads = new Dictionary<string, HeadPrediction> { ["sentiment"] = sentiment! } })));

    private static MonitorRecord Read(byte[]? value) =>
        Assert.Single(new MonitorRecordReader(new([SyntheticStream.Pipeline])).Read([Record(value)]));

    private static LogRecord Record(byte[]? value) =>
        new(new(Topics.Predictions, 0, 0), null, value, new Dictionary<string, byte[]>(), default);
}
