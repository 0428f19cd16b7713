using StreamBert.Model.Network;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.Optimization;
using StreamBert.Tests.Model.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Training.Adapters;

public sealed class AdaLoraTunerTests
{
    private const int Linears = 12; // 2 layers × 6
    private static readonly AdapterOptions Options = new()
    {
        Method = AdapterMethod.AdaLora,
        Rank = 1,
        InitialRank = 3,
        AllocationInterval = 2,
        Dropout = 0
    };

    [Fact]
    public void Training_starts_from_the_base_model_and_only_the_adapter_and_heads_are_trained()
    {
        using var network = AdapterNetwork.Create();
        var expected = AdapterNetwork.ComputeLogits(network);
        using var tuner = Tuner.Attach(network, Options, seed: 1);

        Assert.Equal(expected, AdapterNetwork.ComputeLogits(network));
        AdapterNetwork.Backward(network);
        Assert.Equal(
            tuner.Trainable.Select(static parameter => parameter.Name),
            network.Parameters.Tensors.Where(static pair => pair.Value.grad is not null).Select(static pair => pair.Key));
        Assert.False(tuner.IsComplete);
    }

    [Fact]
    public void The_budget_reaches_the_target_rank_and_pruned_values_stay_zero()
    {
        using var network = AdapterNetwork.Create();
        using var tuner = (AdaLoraTuner)Tuner.Attach(network, Options, seed: 1);
        var remaining = Train(network, tuner, steps: 40);

        Assert.Equal(3 * Linears, remaining[0]);
        Assert.Equal(remaining.OrderDescending(), remaining); // the schedule only falls
        Assert.All(remaining[28..], static rank => Assert.Equal(Linears, rank)); // the final 30 %
        Assert.True(tuner.IsComplete);
        var values = tuner.Trainable.Where(static parameter => parameter.Name.EndsWith("lora_E", StringComparison.Ordinal));
        Assert.Equal(Linears, values.Sum(static parameter => parameter.Value.detach().ToFloats().Count(static value => value != 0)));
        Assert.Contains(tuner.Ranks, static layer => layer.Rank != 1); // the ranks are allocated, not divided equally
    }

    [Fact]
    public void Merged_weights_give_the_same_logits()
    {
        using var network = AdapterNetwork.Create();
        using var tuner = Tuner.Attach(network, Options, seed: 1);
        Train(network, tuner, steps: 20);
        var expected = AdapterNetwork.ComputeLogits(network);

        tuner.Merge();

        Assert.False(network.Parameters.HasAdapters);
        Assert.All(expected.Zip(AdapterNetwork.ComputeLogits(network)), static pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void The_penalty_is_the_squared_distance_of_the_vectors_from_orthonormal_ones()
    {
        using var network = AdapterNetwork.Create();
        using var tuner = Tuner.Attach(network, Options with { OrthogonalityWeight = 0.5 }, seed: 1);
        var expected = tuner.Trainable.Where(static parameter => parameter.Name.Contains(".lora_A", StringComparison.Ordinal))
            .Sum(static parameter => Distance(parameter.Value.detach()));
        expected += tuner.Trainable.Where(static parameter => parameter.Name.Contains(".lora_B", StringComparison.Ordinal))
            .Sum(static parameter => Distance(parameter.Value.detach().t()));

        using var penalty = tuner.ComputePenalty()!;

        Assert.Equal(0.5 * expected / Linears, penalty.item<float>(), 1e-4);
    }

    [Fact]
    public void A_resumed_run_allocates_as_an_uninterrupted_one()
    {
        using var network = AdapterNetwork.Create();
        using var tuner = (AdaLoraTuner)Tuner.Attach(network, Options, seed: 1);
        Train(network, tuner, steps: 40, until: 20);
        using var resumed = AdapterNetwork.Create();
        using var resumedTuner = (AdaLoraTuner)Tuner.Attach(resumed, Options, seed: 2);
        Copy(tuner.Trainable.Select(static entry => entry.Value), resumedTuner.Trainable.Select(static entry => entry.Value));
        Copy(tuner.State.Select(static entry => entry.Value), resumedTuner.State.Select(static entry => entry.Value));

        Train(network, tuner, steps: 40, from: 20);
        Train(resumed, resumedTuner, steps: 40, from: 20);

        Assert.Equal(tuner.Ranks, resumedTuner.Ranks);
        Assert.Equal(AdapterNetwork.ComputeLogits(network), AdapterNetwork.ComputeLogits(resumed));
    }

    [Fact]
    public void No_tensor_outlives_a_step()
    {
        using var network = AdapterNetwork.Create();
        using var tuner = Tuner.Attach(network, Options, seed: 1);
        Train(network, tuner, steps: 40, until: 10);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Train(network, tuner, steps: 40, from: 10);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <returns>The number of triplets that are not pruned after each step.</returns>
    private static int[] Train(MultiTaskNetwork network, ITuner tuner, int steps, int from = 0, int? until = null)
    {
        using var optimizer = AdapterNetwork.CreateOptimizer(tuner);
        var remaining = new List<int>();
        for (var step = from + 1; step <= (until ?? steps); step++)
        {
            using var scope = NewDisposeScope();
            optimizer.RemoveGradients();
            AdapterNetwork.Backward(network);
            tuner.ComputePenalty()!.backward();
            optimizer.Step(0.01);
            tuner.OnStep(step, steps);
            remaining.Add(((AdaLoraTuner)tuner).Ranks.Sum(static layer => layer.Rank));
        }
        return [.. remaining];
    }

    /// <summary>Computes ‖MMᵀ − I‖² entry by entry.</summary>
    private static double Distance(Tensor matrix)
    {
        var rows = matrix.ToFloats().Chunk((int)matrix.shape[1]).ToArray();
        return rows.Index().Sum(a => rows.Index().Sum(b => Math.Pow(
            a.Item.Zip(b.Item, static (x, y) => (double)x * y).Sum() - (a.Index == b.Index ? 1 : 0), 2)));
    }

    private static void Copy(IEnumerable<Tensor> from, IEnumerable<Tensor> to)
    {
        using var noGradient = no_grad();
        foreach (var (source, target) in from.Zip(to)) target.copy_(source);
    }
}
