import { expect, test } from 'vitest'
import { isIndexType, type LayerNature, layerNature } from '../../src/oci/media-type.ts'

test.each<[string | undefined, LayerNature]>([
  [undefined, 'filesystem'],
  ['', 'filesystem'],
  ['application/vnd.oci.image.layer.v1.tar', 'filesystem'],
  ['application/vnd.oci.image.layer.v1.tar+gzip', 'filesystem'],
  ['application/vnd.oci.image.layer.v1.tar+zstd', 'filesystem'],
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'filesystem'],
  ['application/vnd.docker.image.rootfs.diff.tar', 'filesystem'],
  ['application/vnd.oci.image.rootfs.diff.tar+gzip', 'filesystem'],
  ['application/x-tar', 'filesystem'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar', 'non-distributable'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+zstd', 'non-distributable'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'non-distributable'],
  ['application/vnd.oci.image.layer.v1.tar+gzip+encrypted', 'encrypted'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip+encrypted', 'encrypted'],
  ['application/vnd.in-toto+json', 'not-a-filesystem'],
  ['application/vnd.oci.empty.v1+json', 'not-a-filesystem'],
  ['application/wasm', 'not-a-filesystem'],
  ['application/vnd.dev.cosign.simplesigning.v1+json', 'not-a-filesystem'],
  ['text/starch', 'not-a-filesystem'],
])('a layer of type %s is %s', (mediaType, nature) => expect(layerNature(mediaType)).toBe(nature))

test.each<[string | undefined, boolean]>([
  ['application/vnd.oci.image.index.v1+json', true],
  ['application/vnd.docker.distribution.manifest.list.v2+json', true],
  ['application/vnd.oci.image.manifest.v1+json', false],
  ['application/vnd.docker.distribution.manifest.v2+json', false],
  ['', false],
  [undefined, false],
])('a document of type %s is an index: %s', (mediaType, expected) => expect(isIndexType(mediaType)).toBe(expected))
