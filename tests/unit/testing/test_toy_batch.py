import torch

from mmmtl.testing.toy_batch import toy_batch


def test_labels_are_functions_of_the_colours() -> None:
    images, samples = toy_batch((16, 32), num_classes=19)
    again, _ = toy_batch((16, 32), num_classes=19)
    assert images.shape == (2, 3, 16, 32)
    assert torch.equal(images, again)
    for image, sample in zip(images, samples, strict=True):
        depth = sample.gt_inverse_depth_map.data
        measured = depth.isfinite()
        assert torch.equal(measured[0].all(0), torch.arange(32) >= 4)
        assert torch.allclose(depth[measured], (4 + 2 * image[:1])[measured])
        assert sample.gt_instance_vector.data.shape == (2, 16, 32)
        assert sample.gt_sem_seg.data.min() >= 0 and sample.gt_sem_seg.data.max() < 19
        assert sample.gt_edge_map.data.unique().tolist() == [0, 1]
