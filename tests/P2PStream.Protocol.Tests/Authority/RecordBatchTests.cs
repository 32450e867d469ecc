using P2PStream.Protocol.Tests.Content;

namespace P2PStream.Protocol.Tests.Authority;

/// <summary>What a peer may try with records, on a live track (signed) and an ended one (a tree of
/// 11).</summary>
public sealed class RecordBatchTests : IDisposable
{
    private const ulong First = 30;
    private const int Total = 11;

    private readonly EpochKey _key = Samples.Epoch();
    private readonly byte[][] _records = Samples.EncodedRecords(First, Total);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Signed_records_verify()
    {
        Assert.Equal(RecordsStatus.Verified, Check(Live(), Signed(4, 3), out var records));
        Assert.Equal([34UL, 35UL, 36UL], records.Select(record => record.Id.Sequence));
    }

    [Fact]
    public void Signed_records_verify_ahead_of_and_behind_the_catalog_of_a_track_that_goes_on()
    {
        var ahead = Samples.EncodedRecords(500, 2);
        Assert.Equal(RecordsStatus.Verified, Check(Live(), Signed(500, ahead), out _));
        var behind = Samples.EncodedRecords(2, 2);
        Assert.Equal(RecordsStatus.Verified, Check(Live(), Signed(2, behind), out _));
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(4, 4)]
    [InlineData(8, 3)]
    [InlineData(10, 1)]
    [InlineData(0, 11)]
    public void Proven_records_verify(int first, int count)
    {
        Assert.Equal(RecordsStatus.Verified, Check(Ended(), Proven(first, count), out var records));
        Assert.Equal(count, records.Count);
        Assert.Equal(First + (ulong)first, records[0].Id.Sequence);
    }

    [Fact]
    public void Signed_records_verify_after_the_end_too() =>
        Assert.Equal(RecordsStatus.Verified, Check(Ended(), Signed(4, 3), out _));

    [Fact]
    public void The_encoding_comes_back()
    {
        foreach (var batch in new[] { Signed(0, 2), Proven(8, 2), Proven(0, 11) })
        {
            var encoded = batch.Encode();
            Assert.True(RecordBatch.TryDecode(encoded, out var decoded));
            Assert.Equal(encoded, decoded!.Encode());
        }
    }

    [Fact]
    public void No_changed_byte_verifies()
    {
        (VerifiedAuthority, RecordBatch)[] cases =
            [(Live(), Signed(4, 2)), (Ended(), Proven(8, 2))];
        foreach (var (authority, batch) in cases)
        {
            var encoded = batch.Encode();
            foreach (var changed in Tampering.OneByteChanged(encoded))
            {
                if (RecordBatch.TryDecode(changed, out var decoded))
                    Assert.False(authority.VerifyRecords(decoded!, out _));
            }

            foreach (var cut in Tampering.LengthChanged(encoded))
                Assert.False(RecordBatch.TryDecode(cut, out _));
        }
    }

    [Fact]
    public void Swapped_records_do_not_verify()
    {
        var signed = Signed(4, 2);
        signed = signed with
        {
            Records = [.. signed.Records.Reverse()], Signatures = [.. signed.Signatures.Reverse()],
        };
        Assert.Equal(RecordsStatus.Malformed, Check(Live(), signed, out _));
        var proven = Proven(8, 2);
        Assert.Equal(RecordsStatus.Malformed, Check(
            Ended(), proven with { Records = [.. proven.Records.Reverse()] }, out _));
    }

    [Fact]
    public void A_swapped_signature_is_forged()
    {
        var signed = Signed(4, 2);
        Assert.Equal(RecordsStatus.Forged, Check(
            Live(), signed with { Signatures = [.. signed.Signatures.Reverse()] }, out _));
    }

    [Fact]
    public void A_shifted_range_does_not_verify()
    {
        var proven = Proven(4, 4);
        Assert.Equal(RecordsStatus.Malformed, Check(Ended(), proven with { First = First }, out _));
        // Renumbered records under the old path: the place is right, the content is not.
        var renumbered = proven with { First = First, Records = Samples.EncodedRecords(First, 4) };
        Assert.Equal(RecordsStatus.Forged, Check(Ended(), renumbered, out _));
        Assert.Equal(
            RecordsStatus.Malformed, Check(Live(), Signed(4, 2) with { First = 1 }, out _));
    }

    [Fact]
    public void A_truncated_batch_does_not_verify()
    {
        var proven = Proven(4, 4);
        foreach (var count in new[] { 1, 2, 3 })
        {
            Assert.Equal(RecordsStatus.Forged, Check(
                Ended(), proven with { Records = [.. proven.Records.Take(count)] }, out _));
        }

        Assert.Equal(RecordsStatus.Forged, Check(
            Ended(), proven with { Path = [.. proven.Path.Skip(1)] }, out _));
        var signed = Signed(4, 2);
        Assert.Equal(RecordsStatus.Malformed, Check(
            Live(), signed with { Signatures = [.. signed.Signatures.Take(1)] }, out _));
        Assert.Equal(RecordsStatus.Malformed, Check(Live(), signed with { Records = [] }, out _));
    }

    [Fact]
    public void Records_of_another_track_do_not_verify()
    {
        Assert.Equal(
            RecordsStatus.UnknownTrack, Check(Live(), Signed(4, 1) with { Track = 2 }, out _));
        Assert.Equal(
            RecordsStatus.Malformed, Check(Live(), Signed(4, 1) with { Track = 1 }, out _));
        var other = Samples.EncodedRecords(First, 1, track: 1);
        Assert.Equal(RecordsStatus.Malformed, Check(Live(), Signed(First, other), out _));
    }

    [Fact]
    public void Records_of_another_epoch_are_no_offence_but_do_not_verify()
    {
        using var later = Samples.Epoch(epoch: 8);
        var records = Samples.EncodedRecords(First, 1, epoch: 8);
        var batch = new RecordBatch
        {
            Epoch = 8, Track = 3, First = First, Records = records,
            Signatures = [later.SignRecord(records[0])],
        };
        Assert.Equal(RecordsStatus.OtherEpoch, Check(Live(), batch, out _));
        Assert.Equal(RecordsStatus.Malformed, Check(Live(), batch with { Epoch = 7 }, out _));
    }

    [Fact]
    public void A_record_of_another_stream_under_the_same_key_does_not_verify()
    {
        // The same secret and epoch for two names: only the signed message tells them apart.
        var other = new StreamId(ReferenceTree.Numbered(77));
        using var secret = Signing.Import(new byte[Signing.SeedBytes]);
        var delegation = new Delegation(other, 7, Signing.PublicKeyOf(secret), 0, 1);
        using var here = new EpochKey(
            secret, delegation with { Stream = _key.Delegation.Stream }, [], []);
        using var there = new EpochKey(secret, delegation, [], []);
        var key = Signing.PublicKeyFrom(delegation.Key)!;
        var hash = RecordCodec.Hash(_records[0]);
        Assert.True(Signing.Verify(
            key, Domains.RecordSignature, other, hash, there.SignRecord(_records[0])));
        Assert.False(Signing.Verify(
            key, Domains.RecordSignature, other, hash, here.SignRecord(_records[0])));
    }

    [Fact]
    public void Records_signed_by_another_key_are_forged()
    {
        using var other = Samples.Epoch(seed: 2);
        var batch = Signed(4, 1) with { Signatures = [other.SignRecord(_records[4])] };
        Assert.Equal(RecordsStatus.Forged, Check(Live(), batch, out _));
    }

    [Fact]
    public void A_path_proves_nothing_before_the_end() =>
        Assert.Equal(RecordsStatus.NotEnded, Check(Live(), Proven(8, 2), out _));

    [Theory]
    [InlineData(29)]
    [InlineData(41)]
    [InlineData((long)ContentLimits.LastSequence - 2)]
    public void A_record_outside_an_ended_track_does_not_verify(long sequence)
    {
        var records = Samples.EncodedRecords((ulong)sequence, 1);
        var batch = Signed((ulong)sequence, records);
        Assert.Equal(RecordsStatus.OutOfRange, Check(Ended(), batch, out _));
    }

    [Fact]
    public void A_record_whose_root_is_not_that_of_its_parts_does_not_verify()
    {
        var lie = RecordCodec.Encode(Samples.Record() with { Root = ReferenceTree.Numbered(3) });
        Assert.Equal(RecordsStatus.Malformed, Check(Live(), Signed(40, [lie]), out _));
    }

    [Fact]
    public void A_batch_outside_the_limits_is_not_encoded()
    {
        Assert.Throws<InvalidOperationException>(
            () => (Signed(4, 1) with { Records = [] }).Encode());
        Assert.Throws<InvalidOperationException>(
            () => (Signed(4, 1) with { First = ulong.MaxValue }).Encode());
        Assert.Throws<InvalidOperationException>(() => (Proven(8, 2) with
        {
            Records = [new byte[ContentLimits.RecordBytes + 1]],
        }).Encode());
    }

    [Fact]
    public void The_largest_batches_fit()
    {
        byte[][] records = [.. Enumerable.Repeat(new byte[ContentLimits.RecordBytes], 64)];
        var proven = Proven(8, 2) with { Records = records, Path = new Hash256[24] };
        var signed = Signed(0, 1) with
        {
            Records = records, Signatures = [.. Enumerable.Repeat(new byte[64], 64)],
        };
        foreach (var encoded in new[] { proven.Encode(), signed.Encode() })
        {
            Assert.InRange(encoded.Length, 1, ContentLimits.RecordBatchBytes);
            Assert.InRange(encoded.Length, 1, WireLimits.RecordsBytes);
            Assert.True(RecordBatch.TryDecode(encoded, out _));
        }
    }

    private static RecordsStatus Check(
        VerifiedAuthority authority, RecordBatch batch, out IReadOnlyList<SegmentRecord> records)
    {
        var status = authority.CheckRecords(batch, out records);
        Assert.Equal(status == RecordsStatus.Verified, authority.VerifyRecords(batch, out _));
        if (status != RecordsStatus.Verified) Assert.Empty(records);
        return status;
    }

    private VerifiedAuthority Live() =>
        Samples.Verified(_key, Samples.Catalog(_key.Delegation.Stream));

    private VerifiedAuthority Ended() => Samples.Verified(_key, Samples.Catalog(
        _key.Delegation.Stream,
        tracks: [Samples.InitializationTrack, Samples.EndedTrack(_records)]));

    private RecordBatch Signed(int index, int count) =>
        Signed(First + (ulong)index, _records[index..(index + count)]);

    private RecordBatch Signed(ulong first, byte[][] records) => new()
    {
        Epoch = 7, Track = 3, First = first, Records = records,
        Signatures = [.. records.Select(record => _key.SignRecord(record))],
    };

    private RecordBatch Proven(int index, int count)
    {
        var tree = new RecordTree([.. _records.Select(record => RecordCodec.Hash(record))]);
        return new RecordBatch
        {
            Epoch = 7, Track = 3, First = First + (ulong)index,
            Records = _records[index..(index + count)], Path = tree.Path(index, count),
        };
    }
}
