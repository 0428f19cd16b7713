using System.Text;
using StreamBert.Contracts;
using StreamBert.Monitoring.Worker;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Monitoring.Worker;

public sealed class MonitorReaderTests
{
    private static readonly TextClassified Good = Predictions.Text(new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_prediction_is_read()
    {
        Assert.Equal(Good.Id, Read(Wire.Serialize(Good)).Prediction!.Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    public void Anything_else_is_a_fault_and_no_exception(string? value) =>
        Assert.NotNull(Read(value is null ? null : Encoding.UTF8.GetBytes(value)).Fault);

    [Fact]
    public void Nulls_and_numbers_that_the_contract_does_not_know_are_faults()
    {
        Assert.NotNull(Fault(Good with { Heads = new Dictionary<string, HeadPrediction> { ["sentiment"] = null! } }));
        Assert.NotNull(Fault(Good with
        {
            Heads = new Dictionary<string, HeadPrediction>
            {
                ["sentiment"] = new(null!, 0.5, new Dictionary<string, double>())
            }
        }));
        Assert.NotNull(Fault(Good with
        {
            Heads = new Dictionary<string, HeadPrediction>
            {
                ["sentiment"] = new("negative", 7, new Dictionary<string, double>())
            }
        }));
    }

    private static RecordFault? Fault(TextClassified prediction) => Read(Wire.Serialize(prediction)).Fault;

    private static MonitorRecord Read(byte[]? value)
        => Assert.Single(new MonitorReader(new([SyntheticStream.Pipeline])).Read([Record(value)]));

    private static LogRecord Record(byte[]? value)
        => new(new(Topics.Predictions, 0, 0), null, value, new Dictionary<string, byte[]>(), default);
}
