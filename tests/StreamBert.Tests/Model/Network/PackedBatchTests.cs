using StreamBert.Model.Network;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Network;

/// <summary>The position ids of packed batches.</summary>
public sealed class PackedBatchTests
{
    [Fact]
    public void A_literal_padding_token_has_its_own_position_and_does_not_advance_the_others()
    {
        // create_position_ids_from_input_ids: cumsum(ids != 1) * (ids != 1) + 1, text by text.
        Assert.Equal([2, 3, 4, 2, 1, 3, 1, 1, 4, 5], Positions([[0, 1, 5, 1, 1, 6, 2], [0, 5, 2]], first: 2, padding: 1));
    }

    [Fact]
    public void Without_a_padding_id_positions_are_consecutive()
        => Assert.Equal([0, 1, 2, 0, 1, 2, 3], Positions([[7, 1, 7, 7], [7, 0, 7]], first: 0, padding: null));

    private static long[] Positions(IReadOnlyList<int[]> texts, int first, int? padding)
    {
        using var batch = PackedBatch.Create(texts, CPU);
        using var positions = batch.CreatePositionIds(first, padding);
        return positions.data<long>().ToArray();
    }
}
