using StreamBert.Model.Training.Optimization;

namespace StreamBert.Tests.Model.Training.Optimization;

public sealed class LearningRateTests
{
    [Fact]
    public void The_rate_rises_linearly_then_falls_linearly_to_zero()
    {
        var schedule = new LearningRateSchedule(peak: 1, steps: 100, warmUp: 0.1);

        Assert.Equal(0.1, schedule.GetRate(0), 12);
        Assert.Equal(1, schedule.GetRate(9), 12);
        Assert.Equal(1, schedule.GetRate(10), 12);
        Assert.Equal(0.5, schedule.GetRate(55), 12);
        Assert.Equal(0, schedule.GetRate(100), 12);
    }

    [Theory]
    [InlineData("heads.topic.weight", 1)]
    [InlineData("bert.pooler.dense.weight", 1)]
    [InlineData("bert.encoder.layer.11.output.dense.weight", 0.9)]
    [InlineData("bert.encoder.layer.0.attention.self.qkv.bias", 0.282429536481)] // 0.9^12
    [InlineData("bert.embeddings.word_embeddings.weight", 0.2541865828329)] // 0.9^13
    public void Lower_layers_learn_at_lower_rates(string name, double factor) =>
        Assert.Equal(factor, new LayerwiseLearningRate(layers: 12, decay: 0.9).GetFactor(name), 12);

    [Theory]
    [InlineData("bert.encoder.layer.0.attention.self.qkv.weight", true)]
    [InlineData("bert.embeddings.word_embeddings.weight", true)]
    [InlineData("heads.topic.bias", false)]
    [InlineData("bert.encoder.layer.0.output.LayerNorm.weight", false)]
    public void Biases_and_layer_norms_have_no_weight_decay(string name, bool expected) =>
        Assert.Equal(expected, new TrainableParameter(name, null!).HasWeightDecay);
}
